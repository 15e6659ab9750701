import { Screen } from './screen.ts';

class FakeTerminal {
  readonly columns = 80;
  rows = 10;
  readonly written: string[] = [];
  write(text: string): void {
    this.written.push(text);
  }
}

test('the same lines are written once', () => {
  const terminal = new FakeTerminal();
  const screen = new Screen(terminal);
  screen.show(['one', 'two']);
  screen.show(['one', 'two']);
  expect(terminal.written).toEqual(['\u001b[Jone\ntwo\n']);
});

test('other lines replace them: the cursor goes up by as many lines as were shown', () => {
  const terminal = new FakeTerminal();
  const screen = new Screen(terminal);
  screen.show(['one', 'two']);
  screen.show(['three']);
  screen.show(['four']);
  expect(terminal.written.slice(1)).toEqual(['\u001b[2A\r\u001b[Jthree\n', '\u001b[1A\r\u001b[Jfour\n']);
});

test('there are never more lines than the terminal can replace', () => {
  const terminal = new FakeTerminal();
  terminal.rows = 4;
  new Screen(terminal).show(['1', '2', '3', '4', '5']);
  expect(terminal.written).toEqual(['\u001b[J1\n2\n… and 3 lines more\n']);
});
