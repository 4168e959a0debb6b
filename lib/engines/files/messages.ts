import type { ErrorCode } from "#lib/core/errors";
import type { PackRequest, PackResult } from "#lib/engines/files/pack";
import type { UnpackRequest, UnpackResult } from "#lib/engines/files/unpack";

/** What a thread is started for. A walk is a pack whose bytes nobody wants. */
export type ThreadWork =
  | { readonly work: "pack"; readonly request: PackRequest; readonly maxBlocks: number }
  | { readonly work: "walk"; readonly request: PackRequest }
  | { readonly work: "unpack"; readonly request: UnpackRequest };

export type ThreadResult = PackResult | UnpackResult;

/** Memory changes hands with its message, both ways. */
export type FromThread =
  | { readonly say: "block"; readonly block: ArrayBuffer; readonly used: number }
  /** Entries looked at, bytes written. */
  | { readonly say: "progress"; readonly looked: number; readonly bytes: number }
  /** One more piece may be sent. */
  | { readonly say: "more" }
  | { readonly say: "done"; readonly result: ThreadResult }
  | {
      readonly say: "failed";
      /** Null for what is not in words yet. */
      readonly code: ErrorCode | null;
      readonly systemCode: string | null;
      readonly message: string;
    };

export type ToThread =
  | { readonly say: "free"; readonly block: ArrayBuffer }
  | { readonly say: "piece"; readonly piece: ArrayBuffer }
  | { readonly say: "end" };
