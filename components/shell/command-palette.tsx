"use client";

import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Dialog } from "radix-ui";
import { useEffect, useState } from "react";
import { CommandList } from "#components/shell/command-list";
import type { ShellUser } from "#components/shell/nav";
import { useCommands } from "#components/shell/use-commands";
import { Kbd } from "#components/ui/kbd";

/** Opens with Ctrl-K or ⌘-K from anywhere, or with its button in the top bar. */
export function CommandPalette({ user }: { user: ShellUser }) {
  const t = useTranslations("shell.palette");
  const router = useRouter();
  const commands = useCommands(user);
  const [open, setOpen] = useState(false);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.shiftKey) {
        event.preventDefault();
        setOpen((shown) => !shown);
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);

  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger asChild>
        <button
          type="button"
          aria-label={t("open")}
          aria-keyshortcuts="Control+K Meta+K"
          className="flex h-8 items-center gap-2 rounded-md text-muted-foreground text-sm hover:text-foreground max-sm:w-8 max-sm:justify-center max-sm:hover:bg-accent sm:w-52 sm:border sm:bg-card sm:px-2.5 sm:hover:border-border-strong dark:sm:bg-sunken"
        >
          <Search aria-hidden="true" className="size-4 sm:size-3.5" />
          <span className="flex-1 text-left max-sm:hidden">{t("button")}</span>
          <Kbd className="max-sm:hidden">Ctrl K</Kbd>
        </button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim fixed inset-0 z-50 data-[state=open]:animate-fade-in" />
        <Dialog.Content
          aria-describedby={undefined}
          className="-translate-x-1/2 fixed top-[12vh] left-1/2 z-50 w-[min(36rem,calc(100vw-2rem))] overflow-hidden rounded-xl bg-popover text-popover-foreground shadow-overlay outline-none data-[state=open]:animate-fade-in"
        >
          <Dialog.Title className="sr-only">{t("open")}</Dialog.Title>
          <CommandList
            commands={commands}
            onPick={(command) => {
              setOpen(false);
              if (command.href) router.push(command.href);
              command.run?.();
            }}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
