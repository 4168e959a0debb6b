import { connect as connectTcp, type Socket } from "node:net";
import ssh2, { type Client, type ConnectConfig, type SFTPWrapper } from "ssh2";
import type { SshConfig } from "#lib/storage/ssh/config";
import { explainConnect } from "#lib/storage/ssh/explain-connect";
import { fingerprintOf, HOST_KEY_KINDS, HostKeyChanged } from "#lib/storage/ssh/host-key";
import { makeLean } from "#lib/storage/ssh/lean-client";
import { type LoginTrail, loginHandler } from "#lib/storage/ssh/login";
import { SftpSession } from "#lib/storage/ssh/session";
import { StorageError } from "#lib/storage/types";

const CONNECT_MS = 15_000;
const LOGIN_MS = 30_000;
/** A peer that is silent for a minute and a half is dead; a slow line with a full window is not. */
const KEEP_ALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 6 };

type KeyKinds = readonly string[] | undefined;

/**
 * Connects, checks the server's key against the pin, logs in and starts SFTP. Without a pin the key that the
 * server shows is taken. Answers the session and the key's fingerprint; rejects with StorageError in words.
 */
export async function openSession(config: SshConfig): Promise<{ session: SftpSession; hostKey: string }> {
  try {
    return await attempt(config, undefined);
  } catch (error) {
    if (!(error instanceof HostKeyChanged)) throw error;
    // The pin may be of another of the server's keys: every kind is asked for before it counts as changed.
    for (const kinds of HOST_KEY_KINDS) {
      const other = await attempt(config, kinds).catch((refusal: unknown) => {
        if (refusal instanceof StorageError && refusal.fault === "permanent") return null;
        throw refusal;
      });
      if (other) return other;
    }
    throw error;
  }
}

async function attempt(config: SshConfig, kinds: KeyKinds) {
  const trail: LoginTrail = { shown: null, offered: null, partial: false, problem: null };
  const socket = connectTcp({ host: config.host, port: config.port, noDelay: true, keepAlive: true });
  const client = new ssh2.Client();
  // Later errors belong to the session; none may go unheard in between.
  client.on("error", () => undefined);
  socket.on("error", () => undefined);
  try {
    await connected(socket);
    await loggedIn(client, settingsFor(config, socket, kinds, trail));
    const sftp = await sftpOf(client);
    makeLean(client, socket);
    const session = new SftpSession(client, socket, sftp, `${config.host}:${config.port}`);
    return { session, hostKey: trail.shown ?? "" };
  } catch (error) {
    socket.destroy();
    if (trail.shown !== null && config.host_key !== undefined && trail.shown !== config.host_key)
      throw new HostKeyChanged(config, trail.shown);
    throw explainConnect(error, config, trail);
  }
}

function settingsFor(config: SshConfig, socket: Socket, kinds: KeyKinds, trail: LoginTrail): ConnectConfig {
  return {
    sock: socket,
    username: config.username,
    authHandler: loginHandler(config, trail),
    readyTimeout: LOGIN_MS,
    ...KEEP_ALIVE,
    ...(kinds && { algorithms: { serverHostKey: [...kinds] as never } }),
    hostVerifier: (key: Buffer) => {
      trail.shown = fingerprintOf(key);
      return config.host_key === undefined || config.host_key === trail.shown;
    },
  };
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(Object.assign(new Error(), { code: "ETIMEDOUT" })), CONNECT_MS);
    const settle = (error?: Error) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    };
    socket.once("connect", () => settle());
    socket.once("error", settle);
  });
}

function loggedIn(client: Client, settings: ConnectConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once("ready", resolve);
    client.once("error", reject);
    client.once("close", () => reject(new Error("the server closed the connection")));
    client.on("change password", () =>
      reject(Object.assign(new Error("password expired"), { level: "password-expired" })),
    );
    client.connect(settings);
  });
}

function sftpOf(client: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => reject(Object.assign(error, { level: "sftp" }));
    const timer = setTimeout(() => refuse(new Error("no answer to the request for SFTP")), LOGIN_MS);
    client.once("close", () => reject(new Error("the server closed the connection")));
    client.sftp((error, sftp) => {
      clearTimeout(timer);
      if (error) refuse(error);
      else resolve(sftp);
    });
  });
}
