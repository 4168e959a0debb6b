import { randomUUID } from "node:crypto";
import { removeOwn } from "#lib/storage/family-s3/marker";
import { MultipartUpload } from "#lib/storage/family-s3/multipart";
import { copySource, type ObjectWrite } from "#lib/storage/family-s3/object";
import { PARTIAL_PREFIX } from "#lib/storage/object-path";
import { Patience, SHORT_PATIENCE } from "#lib/storage/patience";

/** A part of an object that is larger than memory: it is gathered in a hidden object, then copied as one. */
export class Stage {
  /** Takes what is to be gathered. */
  readonly upload: MultipartUpload;
  readonly #write: ObjectWrite;
  readonly #number: number;

  private constructor(write: ObjectWrite, upload: MultipartUpload, number: number) {
    this.#write = write;
    this.upload = upload;
    this.#number = number;
  }

  /** For the part with this number of the object that `target` writes. */
  static async begin(
    target: ObjectWrite,
    number: number,
    patience: Patience,
    signal: AbortSignal,
  ): Promise<Stage> {
    const { link, path } = target;
    const id = randomUUID();
    const key = `${link.place.prefix}${PARTIAL_PREFIX}${id}-part`;
    const write = { link, path, key, id, overwrite: true, isTemporary: true };
    return new Stage(write, await MultipartUpload.begin(write, patience, signal), number);
  }

  /** Makes what was gathered a part of `target`. */
  async become(target: MultipartUpload, patience: Patience, signal: AbortSignal): Promise<void> {
    const { link, key } = this.#write;
    await this.upload.complete(patience, signal);
    await target.copy({ PartNumber: this.#number, CopySource: copySource(link, key) }, patience, signal);
    await this.#remove();
  }

  async takeBack(): Promise<void> {
    await this.upload.takeBack();
    await this.#remove();
  }

  /** Best effort: its name tells the sweeper that it may go. */
  async #remove(): Promise<void> {
    const { link, key } = this.#write;
    await new Patience(SHORT_PATIENCE, null)
      .attempt(() => removeOwn(link, key, undefined))
      .catch(() => undefined);
  }
}
