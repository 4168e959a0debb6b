import type { ReactNode } from "react";
import { LanguageSwitch } from "#components/shell/language-switch";
import { Wordmark } from "#components/shell/logo";
import { ThemeToggle } from "#components/shell/theme-toggle";

type AuthFrameProps = {
  title: ReactNode;
  description?: ReactNode;
  /** Beside the form where the window is wide. */
  aside?: ReactNode;
  children: ReactNode;
};

/** Frame of the pages before a session: set-up and login. */
export function AuthFrame({ title, description, aside, children }: AuthFrameProps) {
  return (
    <div className="flex min-h-dvh">
      <div className="flex min-w-0 flex-1 flex-col">
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
      {aside && (
        <aside className="relative hidden flex-1 items-center justify-center overflow-hidden border-l bg-sunken px-10 lg:flex">
          <Rings />
          <div className="relative">{aside}</div>
        </aside>
      )}
    </div>
  );
}

const RADII = [80, 130, 185, 245, 310, 380];

/** Copies around copies: quiet circles that fade outwards. */
function Rings() {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 800 800"
      fill="none"
      className="-right-92 -bottom-92 pointer-events-none absolute size-200 text-primary"
    >
      {RADII.map((radius, index) => (
        <circle
          key={radius}
          cx="400"
          cy="400"
          r={radius}
          stroke="currentColor"
          strokeOpacity={0.36 - index * 0.05}
          strokeDasharray={index % 2 === 0 ? undefined : "2 7"}
        />
      ))}
      <circle cx="400" cy="400" r="44" fill="currentColor" fillOpacity="0.12" />
    </svg>
  );
}
