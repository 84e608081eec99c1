/** The mark: a sun, two orbits and what travels on them. */
export function BrandMark({ size = 24 }: { size?: number }) {
  return (
    <svg class="brand-mark" width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <circle cx="16" cy="16" r="13" stroke="currentColor" stroke-opacity=".32" stroke-width="1.5" />
      <circle cx="16" cy="16" r="7.5" stroke="currentColor" stroke-opacity=".6" stroke-width="1.5" />
      <circle cx="16" cy="16" r="3" fill="currentColor" />
      <circle cx="26.4" cy="8.2" r="2.6" fill="currentColor" />
      <circle cx="9.6" cy="20" r="1.9" fill="currentColor" />
    </svg>
  );
}
