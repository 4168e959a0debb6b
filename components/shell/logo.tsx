import { cn } from "#components/ui/cn";

/** A store of data under a copper dome. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" fill="none" className={cn("size-6 text-primary", className)}>
      <path
        d="M12 1.5c.5 0 .9.4.9.9v.85A8.5 8.5 0 0 1 20.5 11.7v6.6c0 2.35-3.8 4.2-8.5 4.2s-8.5-1.85-8.5-4.2v-6.6a8.5 8.5 0 0 1 7.6-8.45V2.4c0-.5.4-.9.9-.9Z"
        fill="currentColor"
      />
      <path
        d="M3.5 11.6c0 2.35 3.8 4.2 8.5 4.2s8.5-1.85 8.5-4.2"
        stroke="var(--logo-cut, var(--background))"
        strokeWidth="1.7"
      />
      <path
        d="M7.2 9.4A5.1 5.1 0 0 1 10.4 6.6"
        stroke="var(--logo-cut, var(--background))"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
    </svg>
  );
}

export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={cn("inline-flex items-center gap-2", className)}>
      <LogoMark />
      <span className="font-semibold text-[15px] tracking-[-0.015em]">
        Data<span className="font-medium text-muted-foreground">Guardian</span>
      </span>
    </span>
  );
}
