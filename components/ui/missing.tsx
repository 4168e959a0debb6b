/** Stands for a value that is not there. A card on a phone leaves its line out, unless `telling`: never is news. */
export function Missing({ telling = false }: { telling?: boolean }) {
  return (
    <span data-missing={telling ? undefined : ""} className="text-faint">
      –
    </span>
  );
}
