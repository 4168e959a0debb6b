/** CSS widths of the columns, for the skeleton: apart from the client code, because the server reads them. */
export const BACKUP_WIDTHS = ["12rem", null, "10rem", null, "8rem", "8rem", "7rem", "3rem"] as const;

export const BACKUP_SOURCE_WIDTHS = [null, "8rem", "7rem", "8rem", "10rem", "12rem"] as const;
