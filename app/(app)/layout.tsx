import type { ReactNode } from "react";
import { AppShell } from "#components/shell/app-shell";
import { VERSION } from "#lib/core/version";
import { pageUser } from "#lib/web/page";
import { logoutAction } from "./actions";

/** Nobody gets past here without a session; what a person may see is decided by each page's use case. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const { username, fullName, permissions } = await pageUser();
  return (
    <AppShell
      user={{ username, fullName, permissions: [...permissions] }}
      logout={logoutAction}
      version={VERSION}
    >
      {children}
    </AppShell>
  );
}
