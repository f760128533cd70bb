import { loggedIn } from "./latchkey-axios.mjs";
import { endEverySession, pastTheExpiry } from "./aside.mjs";

const client = await loggedIn(process.env.LATCHKEY, "alice", process.env.PASSWORD);
await pastTheExpiry();
const answers = await Promise.all(Array.from({ length: 10 }, () => client.get("/api/hello/")));
console.log(answers.map((answer) => answer.status).join(" "));
await endEverySession();
await pastTheExpiry();
console.log(await client.get("/api/hello/").catch((failure) => failure.response.status));
