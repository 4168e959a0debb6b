"use client";

import { useTranslations } from "next-intl";
import { AlertDialog as Primitive } from "radix-ui";
import { type ReactNode, useId, useState } from "react";
import { Button } from "#components/ui/button";
import { Input } from "#components/ui/input";

type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What will happen, and what cannot be undone. */
  description: ReactNode;
  confirmLabel: string;
  /** Has to be typed before the button works; case, accents and outer spaces do not matter. */
  phrase?: string | undefined;
  destructive?: boolean;
  /** Gets what was typed. The dialog stays open and busy until it resolves; `false` keeps it open. */
  onConfirm: (typed: string) => Promise<boolean | undefined> | undefined;
  /** Further content: a callout with the server's refusal, say. */
  children?: ReactNode;
};

const plain = (text: string) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").trim().toUpperCase();

export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Primitive.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="scrim fixed inset-0 z-50 data-[state=closed]:animate-fade-out data-[state=open]:animate-fade-in" />
        <div className="pointer-events-none fixed inset-0 z-50 flex items-end justify-center sm:items-start sm:px-4 sm:pt-[16vh]">
          <Primitive.Content
            onOpenAutoFocus={(event) => {
              if (!props.phrase || !(event.currentTarget instanceof HTMLElement)) return;
              event.preventDefault();
              event.currentTarget.querySelector("input")?.focus();
            }}
            className="pointer-events-auto w-full overflow-hidden rounded-t-xl bg-popover text-popover-foreground shadow-overlay outline-none data-[state=closed]:animate-pop-out data-[state=open]:animate-pop-in sm:max-w-md sm:rounded-xl"
          >
            <ConfirmForm {...props} />
          </Primitive.Content>
        </div>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function ConfirmForm({
  title,
  description,
  confirmLabel,
  phrase,
  destructive = true,
  onConfirm,
  onOpenChange,
  children,
}: ConfirmDialogProps) {
  const t = useTranslations("common");
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const inputId = useId();
  const ready = !phrase || plain(typed) === plain(phrase);

  async function confirm() {
    if (!ready || busy) return;
    setBusy(true);
    try {
      if ((await onConfirm(typed)) !== false) onOpenChange(false);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <div className="grid gap-3 px-5 pt-5 pb-4">
        <Primitive.Title className="text-balance font-semibold text-lg">{title}</Primitive.Title>
        <Primitive.Description asChild>
          <div className="text-pretty text-muted-foreground text-sm">{description}</div>
        </Primitive.Description>
        {children}
        {phrase && (
          <div className="grid gap-1.5">
            <label htmlFor={inputId} className="text-sm">
              {t.rich("typeToConfirm", {
                phrase,
                code: (chunks) => (
                  <code className="select-all rounded-sm bg-muted px-1 py-0.5 font-mono text-xs">
                    {chunks}
                  </code>
                ),
              })}
            </label>
            <Input
              id={inputId}
              value={typed}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
        )}
      </div>
      <footer className="flex flex-col-reverse gap-2 border-t bg-sunken/60 px-5 py-3 sm:flex-row sm:justify-end">
        <Primitive.Cancel asChild>
          <Button variant="outline">{t("cancel")}</Button>
        </Primitive.Cancel>
        <Button
          type="submit"
          variant={destructive ? "destructive" : "default"}
          disabled={!ready}
          loading={busy}
        >
          {confirmLabel}
        </Button>
      </footer>
    </form>
  );
}
