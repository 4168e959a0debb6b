"use client";

import { Plug } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useState, useTransition } from "react";
import { useFirstTest } from "#components/activity/use-first-test";
import { StorageTestResult } from "#components/storage/test-result";
import { Button } from "#components/ui/button";
import type { ActionResult } from "#lib/core/action-result";
import type { StorageReport } from "#lib/features/storage-locations/schema";

type Test = { pending: boolean; run: () => void; result: ActionResult<StorageReport> | null };
const TestContext = createContext<Test>({ pending: false, run: () => undefined, result: null });

type StorageTestProps = {
  id: string;
  test: (input: { id: string }) => Promise<ActionResult<StorageReport>>;
  children: ReactNode;
};

/** Holds the test of a saved location: the button stands in the header, the result in the page. */
export function StorageTest({ id, test, children }: StorageTestProps) {
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

export function StorageTestButton() {
  const t = useTranslations("storage.test");
  const { pending, run } = useContext(TestContext);
  return (
    <Button variant="outline" onClick={run} loading={pending}>
      <Plug />
      {t("button")}
    </Button>
  );
}

/** The result of the test; until there is one, what was known before. */
export function StorageTestOutcome({ children }: { children: ReactNode }) {
  const { result } = useContext(TestContext);
  return result ? <StorageTestResult result={result} /> : children;
}
