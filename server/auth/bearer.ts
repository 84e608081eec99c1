/** The token in an Authorization header, if it holds one. */
export function bearerToken(header: string | undefined | null): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
}
