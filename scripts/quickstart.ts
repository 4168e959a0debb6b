/** `npm run quickstart`: from a fresh clone to a running installation; what is done already is skipped. */
import { build } from "#scripts/build";
import { start } from "#scripts/start";

try {
  process.stdout.write("Building (a minute the first time) …\n");
  await build();
  process.exitCode = await start("all");
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
