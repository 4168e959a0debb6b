import type { ReactNode } from "react";

/** An empty card inside a full page: one sentence, and perhaps a way on. */
export function Quiet({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-8 text-center">
      <p className="max-w-sm text-pretty text-muted-foreground text-sm">{children}</p>
      {action}
    </div>
  );
}
