import { CopyButton } from "#components/ui/copy-button";

/** A long technical value, cut in the middle of the page's width and whole in the clipboard. */
export function Copyable({ value }: { value: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <span className="min-w-0 truncate font-mono text-xs" title={value}>
        {value.replace(/^sha256:/, "")}
      </span>
      <CopyButton value={value} className="-my-1 shrink-0" />
    </span>
  );
}
