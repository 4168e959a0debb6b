"use client";

import { Plug } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useState, useTransition } from "react";
import { useFirstTest } from "#components/activity/use-first-test";
import { ConnectionResult } from "#components/datasources/connection-result";
import { Button } from "#components/ui/button";
import type { ActionResult } from "#lib/core/action-result";
import type { ConnectionReport } from "#lib/features/datasources/schema";

type Test = { pending: boolean; run: () => void; result: ActionResult<ConnectionReport> | null };
const TestContext = createContext<Test>({ pending: false, run: () => undefined, result: null });

type ConnectionTestProps = {
  id: string;
  test: (input: { id: string }) => Promise<ActionResult<ConnectionReport>>;
  children: ReactNode;
};

/** Holds the test of a saved datasource: the button stands in the header, the result in the page. */
export function ConnectionTest({ id, test, children }: ConnectionTestProps) {
  const errors = useTranslations("errors");
  const router = useRouter();
  const [result, setResult] = useState<Test["result"]>(null);
  const [pending, startTransition] = useTransition();
  const run = () =>
    startTransition(async () => {
      const unreachable = { code: "SERVICE_UNAVAILABLE", message: errors("unreachable") } as const;
      setResult(await test({ id }).catch(() => ({ ok: false, error: unreachable }) as const));
      router.refresh();
    });
  useFirstTest(id, run);
  return <TestContext value={{ pending, run, result }}>{children}</TestContext>;
}

export function TestButton() {
  const t = useTranslations("datasources.test");
  const { pending, run } = useContext(TestContext);
  return (
    <Button variant="outline" onClick={run} loading={pending}>
      <Plug />
      {t("button")}
    </Button>
  );
}

/** The result of the test; until there is one, what was known before. */
export function TestResult({ children }: { children: ReactNode }) {
  const { result } = useContext(TestContext);
  return result ? <ConnectionResult result={result} /> : children;
}
