import { Code, Text, Title } from '@mantine/core';
import { Fragment } from 'react';

/** A set-up sheet as it is kept: headings, paragraphs, tables, and `code`. */
export function Sheet({ markdown, className }: { markdown: string; className?: string | undefined }) {
  const blocks = markdown.trim().split(/\n\s*\n/);
  return (
    <div className={className}>
      {blocks.map((block, index) => (
        <Block key={index} text={block} />
      ))}
    </div>
  );
}

function Block({ text }: { text: string }) {
  const lines = text.split('\n');
  const heading = /^(#+) (.*)$/.exec(lines[0] ?? '');
  if (heading) {
    return (
      <Title order={heading[1] === '#' ? 3 : 4} mt="sm">
        {heading[2]}
      </Title>
    );
  }
  if (lines.every((line) => line.startsWith('|'))) return <Rows lines={lines} />;
  if (lines.every((line) => /^([-*]|\d+\.) |^ {2}/.test(line))) {
    const items = text.split(/\n(?=[-*] |\d+\. )/);
    return (
      <ul>
        {items.map((item, index) => (
          <li key={index}>
            <Words text={item.replace(/^([-*]|\d+\.) /, '')} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <Text my="xs">
      <Words text={text} />
    </Text>
  );
}

function Rows({ lines }: { lines: string[] }) {
  const rows = lines
    .filter((line) => !/^\|[\s:|-]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  const [head, ...body] = rows;
  return (
    <table>
      <thead>
        <tr>
          {head?.map((cell, index) => (
            <th key={index}>{cell}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {body.map((row, index) => (
          <tr key={index}>
            {row.map((cell, at) => (
              <td key={at}>
                <Words text={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Words({ text }: { text: string }) {
  return text
    .split('`')
    .map((part, index) =>
      index % 2 === 1 ? <Code key={index}>{part}</Code> : <Fragment key={index}>{part}</Fragment>,
    );
}
