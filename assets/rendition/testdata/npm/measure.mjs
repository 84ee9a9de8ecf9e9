// Makes renditions with sharp, in one warm process: for each line of its input,
// {"file", "widths", "format"}, it makes them one after another and prints the
// milliseconds that they took, and the bytes that they have.
import { createInterface } from 'node:readline';
import sharp from 'sharp';

sharp.cache(false); // each run does its work

for await (const line of createInterface({ input: process.stdin })) {
  const { file, widths, format } = JSON.parse(line);
  const began = process.hrtime.bigint();
  let bytes = 0;
  for (const width of widths) {
    const picture = sharp(file).resize({ width });
    bytes += (await (format === 'jpeg' ? picture.jpeg({ quality: 85 }) : picture.png()).toBuffer()).length;
  }
  console.log(Number(process.hrtime.bigint() - began) / 1e6, bytes);
}
