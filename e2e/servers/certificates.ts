import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * An authority and a certificate of it for 127.0.0.1: ca.pem, cert.pem and key.pem in `directory`. Answers the
 * authority's file.
 */
export async function makeCertificates(directory: string): Promise<string> {
  const at = (name: string) => join(directory, name);
  const key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"];
  await run("openssl", [
    ...["req", "-x509", ...key, "-subj", "/CN=Test authority"],
    ...["-keyout", at("ca-key.pem"), "-out", at("ca.pem")],
  ]);
  await run("openssl", [
    ...["req", "-x509", ...key, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
    ...["-CA", at("ca.pem"), "-CAkey", at("ca-key.pem"), "-keyout", at("key.pem"), "-out", at("cert.pem")],
  ]);
  return at("ca.pem");
}
