"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { Pagination } from "#components/ui/pagination";
import { changedQuery } from "#lib/core/list-url";

export function TablePagination({ total, page, limit }: { total: number; page: number; limit: number }) {
  const params = useSearchParams();
  const path = usePathname();
  return (
    <div className="flex min-h-11 flex-col justify-center border-t px-4 py-1.5">
      <Pagination
        page={page}
        limit={limit}
        total={total}
        hrefOf={(to) => `${path}${changedQuery(new URLSearchParams(params), { page: to })}`}
      />
    </div>
  );
}
