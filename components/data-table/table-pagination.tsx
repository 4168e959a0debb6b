"use client";

import { usePathname, useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { Pagination } from "#components/ui/pagination";
import { changedQuery } from "#lib/core/list-url";

export function TablePagination({ total, page, limit }: { total: number; page: number; limit: number }) {
  const params = useSearchParams();
  const path = usePathname();
  return (
    <TableFooter>
      <Pagination
        page={page}
        limit={limit}
        total={total}
        hrefOf={(to) => `${path}${changedQuery(new URLSearchParams(params), { page: to })}`}
      />
    </TableFooter>
  );
}

export function TableFooter({ children }: { children: ReactNode }) {
  return <div className="flex min-h-11 flex-col justify-center border-t px-4 py-1.5">{children}</div>;
}
