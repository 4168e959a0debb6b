"use client";

import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { ApprovalDialog } from "#components/forms/approval-dialog";
import type { ActionError, ActionResult } from "#lib/core/action-result";

/** What passes the gate of a critical action, sent beside the input of a server action. */
export type Approval = { adminPassword?: string };

type Attempt<T> = (approval?: Approval) => Promise<ActionResult<T>>;
type Approve = <T>(attempt: Attempt<T>) => Promise<ActionResult<T>>;
type Request = { submit: (password: string) => Promise<ActionError | null>; cancel: () => void };

/** Answers after which the dialog stays open for another try. */
const TRY_AGAIN: readonly string[] = ["ADMIN_PASSWORD_INVALID", "RATE_LIMITED"];

const ApprovalContext = createContext<Approve>((attempt) => attempt());

/** Stands once around the application, so that the dialog outlives the menu or dialog it was asked from. */
export function ApprovalProvider({ children }: { children: ReactNode }) {
  const [request, setRequest] = useState<Request | null>(null);
  const approve = useCallback<Approve>(async (attempt) => {
    const refused = await attempt();
    if (refused.ok || refused.error.code !== "CRITICAL_OPERATION_APPROVAL_REQUIRED") return refused;
    return new Promise((resolve) => {
      setRequest({
        submit: async (adminPassword) => {
          const result = await attempt({ adminPassword });
          if (!result.ok && TRY_AGAIN.includes(result.error.code)) return result.error;
          setRequest(null);
          resolve(result);
          return null;
        },
        cancel: () => {
          setRequest(null);
          resolve(refused);
        },
      });
    });
  }, []);
  return (
    <ApprovalContext.Provider value={approve}>
      {children}
      {request && <ApprovalDialog onSubmit={request.submit} onCancel={request.cancel} />}
    </ApprovalContext.Provider>
  );
}

/** Runs a critical action; where the server asks for it (428), a dialog gets an administrator's password. */
export function useApproval(): Approve {
  return useContext(ApprovalContext);
}
