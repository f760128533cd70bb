// The loop around a handler, over Lambda's Runtime API: what AWS's own client, aws-lambda-ric, does, without the addon in C++ that it
// needs cmake and autotools for. A call through that addon is faster than one through Node's own HTTP.
//
//     node node_runtime.mjs MODULE
import http from 'node:http'

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, agent, path: `/2018-06-01/runtime/invocation/${path}` }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve({ id: response.headers['lambda-runtime-aws-request-id'], body: Buffer.concat(chunks) }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

const { handler } = await import(`./${process.argv[2]}`)
for (;;) {
  const { id, body } = await ask('GET', 'next')
  const answer = await handler(JSON.parse(body), {})
  await ask('POST', `${id}/response`, JSON.stringify(answer))
}
