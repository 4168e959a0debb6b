"use client";

import { History } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { useHistory } from "#components/query/use-history";
import { Button } from "#components/ui/button";
import { Popover, PopoverContent, PopoverTrigger } from "#components/ui/popover";
import { Time } from "#components/ui/time";

type HistoryMenuProps = { history: ReturnType<typeof useHistory>; onPick: (sql: string) => void };

export function HistoryMenu({ history, onPick }: HistoryMenuProps) {
  const t = useTranslations("query.history");
  const [open, setOpen] = useState(false);
  function change(next: boolean) {
    if (next) history.load();
    setOpen(next);
  }
  return (
    <Popover open={open} onOpenChange={change}>
      <PopoverTrigger asChild>
        <Button variant="ghost" size="sm">
          <History />
          {t("title")}
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" aria-label={t("title")} className="w-[min(28rem,92vw)] p-0">
        {history.items.length === 0 ? (
          <p className="p-3 text-muted-foreground">{t("empty")}</p>
        ) : (
          <>
            <ul className="max-h-80 overflow-y-auto p-1">
              {history.items.map((item) => (
                <li key={item.sql}>
                  <button
                    type="button"
                    title={t("use")}
                    onClick={() => {
                      onPick(item.sql);
                      setOpen(false);
                    }}
                    className="grid w-full gap-0.5 rounded-sm px-2 py-1.5 text-left hover:bg-accent"
                  >
                    <code className="line-clamp-2 whitespace-pre-wrap break-all font-mono text-xs">
                      {item.sql}
                    </code>
                    <span className="text-2xs text-muted-foreground">
                      <Time value={item.at} />
                    </span>
                  </button>
                </li>
              ))}
            </ul>
            <div className="border-t p-1">
              <Button variant="ghost" size="sm" onClick={history.clear}>
                {t("clear")}
              </Button>
            </div>
          </>
        )}
      </PopoverContent>
    </Popover>
  );
}
