import { session } from "./latchkey.mjs";
import { endEverySession, pastTheExpiry } from "./aside.mjs";

const latchkey = session(process.env.LATCHKEY);
await latchkey.logIn("alice", process.env.PASSWORD);
await pastTheExpiry();
const answers = await Promise.all(Array.from({ length: 10 }, () => latchkey.call("/api/hello/")));
console.log(answers.map((answer) => answer.status).join(" "));
await endEverySession();
await pastTheExpiry();
console.log((await latchkey.call("/api/hello/")).status);
