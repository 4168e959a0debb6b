import type { ReactNode } from "react";
import { LanguageSwitch } from "#components/shell/language-switch";
import { Wordmark } from "#components/shell/logo";
import { ThemeToggle } from "#components/shell/theme-toggle";

type AuthFrameProps = { title: ReactNode; description?: ReactNode; children: ReactNode };

/** Frame of the pages before a session: set-up and login. */
export function AuthFrame({ title, description, children }: AuthFrameProps) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-13 items-center justify-between px-4 md:px-6">
        <Wordmark />
        <div className="flex items-center">
          <LanguageSwitch />
          <ThemeToggle />
        </div>
      </header>
      <main className="flex flex-1 justify-center px-4 pt-[9vh] pb-16">
        <div className="w-full max-w-90">
          <h1 className="text-balance font-semibold text-2xl">{title}</h1>
          {description && <p className="mt-1.5 text-pretty text-muted-foreground text-sm">{description}</p>}
          <div className="mt-6">{children}</div>
        </div>
      </main>
    </div>
  );
}
