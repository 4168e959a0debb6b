import { cn } from "#components/ui/cn";
import { CopyButton } from "#components/ui/copy-button";

type CodeBlockProps = {
  code: string;
  /** Says what it is, to a screen reader and above the block. */
  label: string;
  hideLabel?: boolean;
  wrap?: boolean;
  className?: string;
};

export function CodeBlock({ code, label, hideLabel = false, wrap = false, className }: CodeBlockProps) {
  return (
    <figure className={cn("relative min-w-0 overflow-hidden rounded-md border bg-sunken", className)}>
      <figcaption className={hideLabel ? "sr-only" : "border-b px-3 py-1.5 text-muted-foreground text-xs"}>
        {label}
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className={cn(
          "-outline-offset-2 overflow-x-auto p-3 pr-11 font-mono text-xs leading-5",
          wrap && "whitespace-pre-wrap break-words",
        )}
      >
        <code>{code}</code>
      </pre>
      <CopyButton value={code} className="absolute right-1 bottom-1.5 bg-sunken" />
    </figure>
  );
}
