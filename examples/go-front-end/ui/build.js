import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

mkdirSync("dist", { recursive: true });
const page = readFileSync("src/index.html", "utf8");
writeFileSync("dist/index.html", page.replace("BUILT_BY", `Node.js ${process.versions.node}`));
