const GIB = 1024 ** 3;

/** Free space is stored in GiB; people read it in bytes like every other size. */
export function bytesOf(gib: number | null): number | null {
  return gib === null ? null : Math.round(gib * GIB);
}
