"use client";

import { Play, Square } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef, useState } from "react";
import { HistoryMenu } from "#components/query/history-menu";
import { StatementField } from "#components/query/statement-field";
import { useHistory } from "#components/query/use-history";
import type { Mistake, Statement } from "#components/query/use-statement";
import { Button } from "#components/ui/button";
import { Kbd } from "#components/ui/kbd";

export type EditorHandle = { insert: (text: string) => void; goTo: (mistake: Mistake) => void };

type EditorProps = { ref: Ref<EditorHandle>; sourceId: string; statement: Statement };

/** One statement, or several of which a selected one runs. */
export function Editor({ ref, sourceId, statement }: EditorProps) {
  const t = useTranslations("query.editor");
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const [selected, setSelected] = useState(false);
  const history = useHistory(sourceId);
  const { state, run, cancel } = statement;
  const running = state.kind === "running";

  useImperativeHandle(ref, () => ({
    insert: (words) => write(field.current, words),
    goTo: ({ index }) => {
      field.current?.focus();
      field.current?.setSelectionRange(index, index + 1);
    },
  }));

  function start() {
    const node = field.current;
    if (!node || running) return;
    const [from, to] =
      node.selectionStart < node.selectionEnd
        ? [node.selectionStart, node.selectionEnd]
        : [0, node.value.length];
    const sql = node.value.slice(from, to);
    if (sql.trim() === "") return node.focus();
    history.add(sql.trim());
    void run(sql, node.value, from);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    start();
  }

  return (
    <div className="min-w-0 rounded-lg border bg-card">
      <StatementField
        ref={field}
        value={text}
        onChange={setText}
        onKeyDown={onKeyDown}
        onSelect={(node) => setSelected(node.selectionStart < node.selectionEnd)}
        wrongLine={state.kind === "failed" ? state.mistake?.line : undefined}
      />
      <div className="flex flex-wrap items-center gap-2 border-t px-2 py-2">
        {running ? (
          <Button variant="outline" onClick={cancel}>
            <Square />
            {t("cancel")}
          </Button>
        ) : (
          <Button onClick={start} disabled={text.trim() === ""}>
            <Play />
            {selected ? t("runSelection") : t("run")}
          </Button>
        )}
        <span className="text-muted-foreground text-xs max-sm:hidden">
          <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd> {t("hint")}
        </span>
        <div className="ml-auto">
          <HistoryMenu
            history={history}
            onPick={(sql) => {
              setText(sql);
              field.current?.focus();
            }}
          />
        </div>
      </div>
    </div>
  );
}

/** At the cursor, as typing does, so that undo takes it back; with a space to the word before. */
function write(node: HTMLTextAreaElement | null, words: string): void {
  if (!node) return;
  node.focus();
  const before = node.value.slice(0, node.selectionStart);
  const joined = before === "" || /[\s(.]$/.test(before) ? words : ` ${words}`;
  document.execCommand("insertText", false, joined);
}
