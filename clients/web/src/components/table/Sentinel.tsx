import { useEffect, useRef } from 'react';

/** The end of a list: when it comes into sight, the next page is asked for. */
export function Sentinel({ active, onSeen }: { active: boolean; onSeen: () => void }) {
  const mark = useRef<HTMLDivElement>(null);
  const latest = useRef(onSeen);
  latest.current = onSeen;
  useEffect(() => {
    const element = mark.current;
    if (!active || !element) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && latest.current(),
      { rootMargin: '600px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [active]);
  return <div ref={mark} style={{ height: 1 }} />;
}
