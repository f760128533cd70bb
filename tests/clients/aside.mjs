// What happens beside the client under test.

export const pastTheExpiry = () => new Promise((done) => setTimeout(done, 2500));

export async function endEverySession() {
  const base = process.env.LATCHKEY;
  const body = new URLSearchParams({ username: "alice", password: process.env.PASSWORD });
  const { access } = await (await fetch(`${base}/api/token/`, { method: "POST", body })).json();
  await fetch(`${base}/api/sessions/?all=true`, { method: "DELETE", headers: { Authorization: `Bearer ${access}` } });
}
