import { createSecretKey } from "node:crypto";
import type { Socket } from "node:net";
import type { Client } from "ssh2";

/** Where ssh2's AES-GCM in JavaScript keeps its keys; absent in its other ciphers. */
const KEYS = [
  ["_cipher", "_encKey"],
  ["_decipher", "_decipherKey"],
] as const;

/**
 * Makes a logged-in connection cheaper; where ssh2 looks different nothing is done. ssh2 begins a cipher per
 * packet and hands it the bare key, of which Node makes a key object each time: it gets that object once. And
 * it leaves three buffers for every packet to the collector, which then runs every few megabytes: they are
 * freed as soon as they were read. After a change of keys the connection is as slow as without.
 */
export function makeLean(client: Client, socket: Socket): void {
  const protocol: unknown = Reflect.get(client, "_protocol");
  if (!isObject(protocol)) return;
  for (const [holder, name] of KEYS) {
    const cipher = memberOf(protocol, holder);
    const key = memberOf(cipher, name);
    if (!Buffer.isBuffer(key) || !isObject(cipher)) continue;
    Reflect.set(cipher, name, createSecretKey(key));
    if (holder === "_cipher") freePackets(cipher, socket);
  }
  freeRequests(protocol);
}

/** A packet is read when it is encrypted, and that when the socket has taken it. */
function freePackets(cipher: object, socket: Socket): void {
  replace(cipher, "encrypt", (encrypt) => (packet) => {
    encrypt(packet);
    if (ownsMemory(packet)) packet.buffer.transfer(0);
  });
  replace(cipher, "_onWrite", () => (bytes) => {
    if (!Buffer.isBuffer(bytes) || !socket.writable) return;
    // A packet's length goes ahead as a view of it, and the packet is free before the socket has taken that.
    if (bytes.length < SMALL_BYTES) socket.write(Buffer.from(bytes));
    else if (ownsMemory(bytes)) socket.write(bytes, () => bytes.buffer.transfer(0));
    else socket.write(bytes);
  });
}

/** A request is cut into packets, which copy it; with its last byte it has been read. */
function freeRequests(protocol: object): void {
  replace(protocol, "channelData", (channelData) => (channel, data) => {
    channelData(channel, data);
    if (!Buffer.isBuffer(data) || !(data.buffer instanceof ArrayBuffer)) return;
    const isLast = data.byteOffset + data.length === data.buffer.byteLength;
    // What is no larger than Node's pool may lie in it, beside what belongs to others.
    if (isLast && data.buffer.byteLength > Buffer.poolSize) data.buffer.transfer(0);
  });
}

/** Less than this may be a view of something else. */
const SMALL_BYTES = 64;

/** Whether nothing else can lie in a buffer's memory: what comes from Node's pool is a part of it. */
const ownsMemory = (bytes: unknown): bytes is Buffer<ArrayBuffer> =>
  Buffer.isBuffer(bytes) && bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength;

type Method = (...args: unknown[]) => unknown;

function replace(owner: object, name: string, by: (method: Method) => Method): void {
  const method = memberOf(owner, name);
  if (typeof method === "function") Reflect.set(owner, name, by(method.bind(owner)));
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const memberOf = (of: unknown, name: string): unknown => (isObject(of) ? Reflect.get(of, name) : undefined);
