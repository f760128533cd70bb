import { greeting } from "./typed.mjs";

console.log(await greeting(process.env.LATCHKEY, "alice", process.env.PASSWORD));
