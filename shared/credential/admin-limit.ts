/**
 * Admins (globalAdmin and userManagementAdmin) of one tenant. They share one row, one column each.
 * A row has at most 252 columns (255 with the keys and the timestamp), one of which is the
 * operation id. An entry has at most 254 (user name) + 2 × 240 (a display name of 120 astral code
 * points is 240 UTF-16 units; JSON escapes at most double them) + 87 (JSON) = 821 units, 1.6 KB, so
 * 100 of them take 165 KB of the row's 1 MiB and of the transaction's 4 MiB, and every admin change
 * writes that much at worst. Columns are not JSON in one string: that ends at 64 KiB, 40 entries.
 * Source: Table Storage data model (https://learn.microsoft.com/rest/api/storageservices/
 * understanding-the-table-service-data-model).
 */
export const ADMINS_PER_TENANT = 100;
