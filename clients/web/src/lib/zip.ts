const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Numbers of two (`H`) or four (`I`) bytes, the smallest byte first. */
function packed(layout: string, ...values: number[]): Uint8Array {
  const bytes: number[] = [];
  for (const [index, size] of [...layout].entries()) {
    let value = values[index] ?? 0;
    for (let byte = 0; byte < (size === 'H' ? 2 : 4); byte += 1) {
      bytes.push(value & 0xff);
      value >>>= 8;
    }
  }
  return Uint8Array.from(bytes);
}

/** 1980-01-01, the first date that the format knows: a file made twice from the same table is the same file. */
const DATE = 0x21;
const UTF8_NAMES = 0x800;

/** Texts in a ZIP archive, stored without compression (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16). */
export function zipOf(type: string, files: Record<string, string>): Blob {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = encoder.encode(path);
    const body = encoder.encode(text);
    const crc = crc32(body);
    const size = body.length;
    const local = packed(
      'IHHHHHIIIHH',
      0x04034b50,
      20,
      UTF8_NAMES,
      0,
      0,
      DATE,
      crc,
      size,
      size,
      name.length,
      0,
    );
    parts.push(local, name, body);
    directory.push(
      packed(
        'IHHHHHHIIIHHHHHII',
        ...[0x02014b50, 20, 20, UTF8_NAMES, 0, 0, DATE, crc, size, size, name.length, 0, 0, 0, 0, 0, offset],
      ),
      name,
    );
    offset += local.length + name.length + size;
  }
  const count = Object.keys(files).length;
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const end = packed('IHHHHIIH', 0x06054b50, 0, 0, count, count, length, offset, 0);
  return new Blob([...parts, ...directory, end] as BlobPart[], { type });
}
