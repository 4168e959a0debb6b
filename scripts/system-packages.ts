import { spawn, spawnSync } from "node:child_process";
import { access } from "node:fs/promises";

/** Debian packages that tests need, each with a file that shows that it is there. */
const PACKAGES: Record<string, string> = {
  postgresql: "/usr/lib/postgresql",
  chromium: "/usr/bin/chromium",
  "fonts-dejavu-core": "/usr/share/fonts/truetype/dejavu",
  faketime: "/usr/bin/faketime",
  gzip: "/usr/bin/gzip",
  lz4: "/usr/bin/lz4",
  "mariadb-client": "/usr/bin/mariadb-dump",
  "mariadb-server": "/usr/sbin/mariadbd",
  "openssh-client": "/usr/bin/ssh-keygen",
  "openssh-server": "/usr/sbin/sshd",
  openssl: "/usr/bin/openssl",
  sqlite3: "/usr/bin/sqlite3",
  zstd: "/usr/bin/zstd",
};

/**
 * Installs what is missing where this may be done (root on Debian). Answers the packages that are still
 * missing, for the person to install.
 */
export async function ensureSystemPackages(say: (line: string) => void): Promise<string[]> {
  const absent = await missing();
  if (absent.length === 0) return [];
  const possible = process.getuid?.() === 0 && (await exists("/usr/bin/apt-get"));
  if (!possible) return absent;
  say(`Installing ${absent.join(", ")} …`);
  const options = { stdio: ["ignore", "ignore", "inherit"] as ["ignore", "ignore", "inherit"] };
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { ...options, env: environment });
  const install = spawn("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...absent], {
    ...options,
    env: environment,
  });
  await new Promise((resolve) => install.once("close", resolve));
  return missing();
}

async function missing(): Promise<string[]> {
  const absent: string[] = [];
  for (const [name, file] of Object.entries(PACKAGES)) {
    if (!(await exists(file)) && !(await exists(file.replace("/usr/bin/", "/bin/")))) absent.push(name);
  }
  return absent;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
