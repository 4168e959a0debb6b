import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { CrumbProvider } from "#components/shell/crumbs";
import type { ShellUser } from "#components/shell/nav";
import { SIDEBAR_COOKIE } from "#components/shell/preferences";
import { Sidebar } from "#components/shell/sidebar";
import { TopBar } from "#components/shell/top-bar";

type AppShellProps = {
  user: ShellUser;
  /** A server action that ends the session and leads to the login page. */
  logout: () => Promise<unknown>;
  version?: string;
  children: ReactNode;
};

/** Frame of every page behind the login. Pages put a `PageHeader` and their content into it. */
export async function AppShell({ user, logout, version, children }: AppShellProps) {
  const t = await getTranslations("shell");
  const collapsed = (await cookies()).get(SIDEBAR_COOKIE)?.value === "collapsed";
  return (
    <CrumbProvider>
      <a
        href="#main"
        className="sr-only z-60 rounded-md bg-primary px-3 py-2 font-medium text-primary-foreground text-sm focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t("skip")}
      </a>
      <div className="flex min-h-dvh">
        <Sidebar user={user} initiallyCollapsed={collapsed} version={version} />
        <div className="flex min-w-0 flex-1 flex-col">
          <TopBar user={user} logout={logout} />
          <main
            id="main"
            tabIndex={-1}
            className="mx-auto grid w-full min-w-0 max-w-340 flex-1 content-start gap-5 px-4 py-5 outline-none [--table-top:3.25rem] md:px-6 md:py-6"
          >
            {children}
          </main>
        </div>
      </div>
    </CrumbProvider>
  );
}
