import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, Prompt } from "ssh2";
import type { SshConfig } from "#lib/storage/ssh/config";
import { readPrivateKey } from "#lib/storage/ssh/private-key";

/** What was seen on the way in; a failure is explained from it. */
export interface LoginTrail {
  /** Fingerprint of the key that the server showed. */
  shown: string | null;
  /** Ways of logging in that the server takes; null while it has not said. */
  offered: readonly string[] | null;
  /** A step was accepted, and the server wants another one. */
  partial: boolean;
  problem: string | null;
}

const MAX_QUESTIONS = 3;

/**
 * The one way to log in that the config has. A password also answers keyboard-interactive, by which many
 * servers ask for it.
 */
export function loginHandler(config: SshConfig, trail: LoginTrail): AuthHandlerMiddleware {
  const ways = waysOf(config);
  // The first, empty request makes the server name what it takes.
  const queue: AnyAuthMethod[] = [{ type: "none", username: config.username }, ...ways];
  const next = (left: AuthenticationType[] | null, partial: boolean | null): AnyAuthMethod | false => {
    if (left !== null) trail.offered = left;
    trail.partial ||= partial === true;
    const way = queue.shift();
    if (way === undefined) return false;
    return left === null || left.includes(way.type) ? way : next(left, partial);
  };
  // ssh2 takes what is returned; its types know of the callback only.
  return next as unknown as AuthHandlerMiddleware;
}

function waysOf(config: SshConfig): AnyAuthMethod[] {
  const { username, password, private_key: key, passphrase } = config;
  if (key !== undefined) {
    return [{ type: "publickey", username, key: readPrivateKey(key, passphrase) }];
  }
  if (password === undefined) return [];
  let asked = 0;
  const prompt = (
    _name: string,
    _instructions: string,
    _language: string,
    prompts: Prompt[],
    finish: (answers: string[]) => void,
  ) => {
    asked += 1;
    finish(prompts.map((each) => (each.echo || asked > MAX_QUESTIONS ? "" : password)));
  };
  return [
    { type: "password", username, password },
    { type: "keyboard-interactive", username, prompt },
  ];
}
