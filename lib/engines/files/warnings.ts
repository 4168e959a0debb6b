/** How many of them are listed; the rest is counted. */
const MAX_LISTED = 100;

/** A capped list of what went not quite as wished. */
export class Warnings {
  readonly #lines: string[] = [];
  #count = 0;

  add(line: string): void {
    this.#count += 1;
    if (this.#lines.length < MAX_LISTED) this.#lines.push(line);
  }

  list(): string[] {
    const more = this.#count - this.#lines.length;
    return more > 0 ? [...this.#lines, `… and ${more} more`] : [...this.#lines];
  }
}
