/** Stands for a value that is not there; a card on a phone leaves such a line out. */
export function Missing() {
  return (
    <span data-missing="" className="text-faint">
      –
    </span>
  );
}
