"use client";

import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from "react";
import { Editor, type EditorHandle } from "#components/query/editor";
import { ResultPanel } from "#components/query/result-panel";
import { SamplePanel } from "#components/query/sample-panel";
import { useStatement } from "#components/query/use-statement";
import type { QuerySource, SchemaTable } from "#lib/features/datasources/schema";

/** What the schema beside the console can do with it. */
type ConsoleHandle = {
  source: QuerySource;
  /** Writes into the statement, where the cursor is. */
  insert: (text: string) => void;
  shown: SchemaTable | null;
  show: (table: SchemaTable) => void;
};
const ConsoleContext = createContext<ConsoleHandle | null>(null);

export function useConsole(): ConsoleHandle {
  const console = useContext(ConsoleContext);
  if (!console) throw new Error("This belongs into a QueryConsole.");
  return console;
}

/** The schema on the left; on the right the statement and its result, or a collection's documents. */
export function QueryConsole({ source, schema }: { source: QuerySource; schema: ReactNode }) {
  const editor = useRef<EditorHandle>(null);
  const [shown, show] = useState<SchemaTable | null>(null);
  const statement = useStatement(source.id);
  const handle = useMemo(
    () => ({ source, insert: (text: string) => editor.current?.insert(text), shown, show }),
    [source, shown],
  );
  return (
    <ConsoleContext value={handle}>
      <div className="grid items-start gap-4 lg:grid-cols-[18rem_minmax(0,1fr)]">
        {schema}
        <div className="grid min-w-0 gap-4">
          {source.takesStatements ? (
            <>
              <Editor key={source.id} ref={editor} sourceId={source.id} statement={statement} />
              <ResultPanel state={statement.state} goTo={(error) => editor.current?.goTo(error)} />
            </>
          ) : (
            <SamplePanel table={shown} />
          )}
        </div>
      </div>
    </ConsoleContext>
  );
}
