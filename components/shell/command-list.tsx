"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useId, useState } from "react";
import type { Command } from "#components/shell/use-commands";
import { cn } from "#components/ui/cn";

const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

type CommandListProps = { commands: readonly Command[]; onPick: (command: Command) => void };

export function CommandList({ commands, onPick }: CommandListProps) {
  const t = useTranslations("shell.palette");
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();
  const words = fold(query).split(/\s+/).filter(Boolean);
  const found = commands.filter((command) => {
    const text = fold(`${command.group} ${command.label}`);
    return words.every((word) => text.includes(word));
  });

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((at) => (found.length === 0 ? 0 : (at + step + found.length) % found.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const command = found[active];
      if (command) onPick(command);
    }
  }

  return (
    <>
      <div className="flex items-center gap-3 border-b px-4">
        <Search aria-hidden="true" className="size-4 shrink-0 text-faint" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={found[active] ? `${listId}-${active}` : undefined}
          aria-label={t("placeholder")}
          placeholder={t("placeholder")}
          value={query}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-faint max-md:text-[16px]"
        />
      </div>
      <div id={listId} role="listbox" aria-label={t("open")} className="max-h-[52vh] overflow-y-auto p-1.5">
        {found.map((command, index) => (
          <button
            key={command.id}
            id={`${listId}-${index}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            ref={index === active ? (node) => node?.scrollIntoView({ block: "nearest" }) : undefined}
            onPointerMove={() => setActive(index)}
            onClick={() => onPick(command)}
            className={cn(
              "flex h-9 w-full items-center gap-3 rounded-md px-2.5 text-left text-sm",
              index === active && "bg-accent",
            )}
          >
            <command.icon aria-hidden="true" className="size-4 text-muted-foreground" />
            <span className="min-w-0 flex-1 truncate">{command.label}</span>
            <span className="text-faint text-xs">{command.group}</span>
          </button>
        ))}
      </div>
      {found.length === 0 && (
        <p className="px-4 pt-2 pb-6 text-center text-muted-foreground text-sm">{t("nothing")}</p>
      )}
    </>
  );
}
