import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type MinioServer, startMinio } from "#e2e/servers/minio";
import { createBucket } from "#e2e/servers/minio-bucket";
import { type Sshd, startSshd } from "#e2e/servers/sshd";
import { type Bench, type Row, seconds, shell } from "#scripts/bench/data-path";
import { median, pairs } from "#scripts/bench/measure";
import { type BenchProduct, startBenchProduct } from "#scripts/bench/product";

const DUMP = "pg_dump -Fc -Z0 bench_1 | zstd -3 -T0 -q -c";

interface Place {
  readonly id: string;
  /** What people would type instead, behind the dump. */
  readonly pipeline: string;
}

/**
 * Backups to MinIO and to sshd on this machine against the best shell pipeline with the same codec, then to
 * both at once against the slower one alone, and the worker's memory with both.
 */
export async function measureStorages(bench: Bench): Promise<Row[]> {
  const directory = await mkdtemp(join(bench.directory, "storages-"));
  const minio = await startMinio(join(directory, "minio"));
  const sshd = await startSshd(join(directory, "sshd"));
  if (!minio || !sshd)
    throw new Error("MinIO or sshd does not start: install Go and openssh-server, run as root.");
  const product = await startBenchProduct(bench.directory, bench.server.url);
  try {
    const s3 = await placeOnMinio(product, minio);
    const ssh = await placeOnSsh(product, sshd, directory);
    const rows = [
      await single(bench, product, "to MinIO", s3),
      await single(bench, product, "to sshd", ssh),
      await both(bench, product, s3, ssh),
    ];
    const peak = await product.peakMiB();
    const memory = {
      product: `${peak.toFixed(0)} MiB`,
      reference: "",
      ratio: "",
      target: "at most 248 MiB (260 MB)",
    };
    return [...rows, { what: "worker's peak RSS, both at once", ...memory }];
  } finally {
    await product.stop();
    await minio.stop();
    await sshd.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function placeOnMinio(product: BenchProduct, minio: MinioServer): Promise<Place> {
  const { name: bucket } = await createBucket(minio.url);
  const { accessKey: access_key, secretKey: secret_key } = minio;
  const endpoint = `127.0.0.1:${minio.port}`;
  const config = { endpoint, bucket, access_key, secret_key, use_ssl: false };
  Object.assign(process.env, {
    // What a machine trusts for its own ways out is no business of a server on it.
    AWS_CA_BUNDLE: "",
    RCLONE_CONFIG: "/dev/null",
    RCLONE_S3_PROVIDER: "Minio",
    RCLONE_S3_ENDPOINT: `http://${endpoint}`,
    RCLONE_S3_ACCESS_KEY_ID: access_key,
    RCLONE_S3_SECRET_ACCESS_KEY: secret_key,
  });
  return { id: await product.addStorage("minio", config), pipeline: `rclone rcat :s3:${bucket}/reference` };
}

async function placeOnSsh(product: BenchProduct, sshd: Sshd, directory: string): Promise<Place> {
  const { port, username, key: private_key } = sshd;
  const config = { host: "127.0.0.1", port, username, private_key, remote_path: "product" };
  const options = [
    `-i ${join(directory, "sshd", "login")}`,
    "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
    `-p ${port} ${username}@127.0.0.1`,
  ];
  const pipeline = `ssh ${options.join(" ")} 'cat > reference && sync reference'`;
  return { id: await product.addStorage("ssh", config), pipeline };
}

async function single(bench: Bench, product: BenchProduct, what: string, place: Place): Promise<Row> {
  process.stdout.write(`backup ${what}\n`);
  await product.backup("bench_1", "zstd", [place.id]);
  const result = await pairs(
    bench.pairs,
    () => shell(bench.server, `${DUMP} | ${place.pipeline}`),
    async () => (await product.backup("bench_1", "zstd", [place.id])).seconds,
  );
  return {
    what: `backup, zstd, ${what}`,
    product: seconds(result.product),
    reference: seconds(result.reference),
    ratio: result.ratio.toFixed(3),
    target: "at most 1.10",
  };
}

/** Both at once against the slower of the two, as far as they went in the same round. */
async function both(bench: Bench, product: BenchProduct, s3: Place, ssh: Place): Promise<Row> {
  process.stdout.write("backup to both at once\n");
  const time = async (...ids: string[]) => (await product.backup("bench_1", "zstd", ids)).seconds;
  const rounds: { together: number; slower: number }[] = [];
  for (let round = 0; round < bench.pairs; round += 1) {
    const slower = Math.max(await time(s3.id), await time(ssh.id));
    rounds.push({ slower, together: await time(s3.id, ssh.id) });
    const last = rounds.at(-1);
    process.stdout.write(
      `  round ${round + 1}: one ${slower.toFixed(2)} s, both ${last?.together.toFixed(2)} s\n`,
    );
  }
  return {
    what: "backup, zstd, both at once and the slower",
    product: seconds(median(rounds.map((round) => round.together))),
    reference: seconds(median(rounds.map((round) => round.slower))),
    ratio: median(rounds.map((round) => round.together / round.slower)).toFixed(3),
    target: "at most 1.25",
  };
}
