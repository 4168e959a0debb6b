import type { ReactNode } from "react";
import { LogoMark } from "#components/shell/logo";

type MessagePageProps = { code?: string; title: ReactNode; description: ReactNode; children?: ReactNode };

/** One message in the middle: not found, an error. */
export function MessagePage({ code, title, description, children }: MessagePageProps) {
  return (
    <div className="grid min-h-[70dvh] place-items-center px-4">
      <div className="grid max-w-md justify-items-center gap-2 text-center">
        <LogoMark className="mb-3 size-8" />
        {code && <p className="font-mono text-faint text-xs">{code}</p>}
        <h1 className="text-balance font-semibold text-2xl">{title}</h1>
        <p className="text-pretty text-muted-foreground text-sm">{description}</p>
        {children && <div className="mt-4 flex flex-wrap justify-center gap-2">{children}</div>}
      </div>
    </div>
  );
}
