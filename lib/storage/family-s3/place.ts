/** Everything that says where an S3 storage lies and how it wants to be spoken to. */
export interface S3Place {
  /** Address of the service, `http(s)://host[:port]`. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The bucket in the path instead of in the host name. */
  readonly pathStyle: boolean;
  /** PEM of the authorities that may vouch for the server; null for the machine's own. */
  readonly certificates: string | null;
  /** By which the service checks what arrives. Amazon and MinIO know CRC-32, everybody knows Content-MD5. */
  readonly checksum: "crc32" | "md5";
  /** It wants to be told beforehand that the parts of an upload have CRC-32s, and hear them again at its end. */
  readonly keepsChecksums: boolean;
  /** Folder inside the bucket that is the storage's root: "" or "a/b/". */
  readonly prefix: string;
  readonly storageClass: string | null;
  /** Days for which what is put cannot be removed; null for no lock. */
  readonly lockDays: number | null;
  /** Removing takes every version of an object. Else the bucket's versioning keeps the older ones. */
  readonly removesVersions: boolean;
}
