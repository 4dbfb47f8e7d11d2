-- The floor of a durable ten-line cash sale: the rows that any honest model of it writes, and nothing else.
-- The first part makes the tables. The second is one sale: each statement runs once, or once per line.
-- 1 entry + 1 request + 1 receipt + 1 number + 10 stock + 10 movements + 10 product by day + 1 day + 1 person
-- + 1 shift + 3 money = 40 row writes.
CREATE TABLE entry (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, body BLOB NOT NULL);
CREATE TABLE request (id BLOB PRIMARY KEY, body INTEGER NOT NULL, answer INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE receipt (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, till INTEGER NOT NULL, shift INTEGER NOT NULL, cashier INTEGER NOT NULL, date INTEGER NOT NULL, at INTEGER NOT NULL, total INTEGER NOT NULL);
CREATE INDEX receipt_date ON receipt (date, id);
CREATE TABLE number (series INTEGER PRIMARY KEY, serial INTEGER NOT NULL);
CREATE TABLE stock (product INTEGER PRIMARY KEY, quantity INTEGER NOT NULL, value INTEGER NOT NULL);
CREATE TABLE movement (product INTEGER, seq INTEGER, line INTEGER, quantity INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (product, seq, line)) WITHOUT ROWID;
CREATE TABLE product_day (day INTEGER, product INTEGER, quantity INTEGER NOT NULL, sum INTEGER NOT NULL, cost INTEGER NOT NULL, PRIMARY KEY (day, product)) WITHOUT ROWID;
CREATE TABLE day (day INTEGER PRIMARY KEY, count INTEGER NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE person_day (day INTEGER, person INTEGER, count INTEGER NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (day, person)) WITHOUT ROWID;
CREATE TABLE shift (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE money (account INTEGER, place INTEGER, amount INTEGER NOT NULL, PRIMARY KEY (account, place)) WITHOUT ROWID;
CREATE TABLE cart (id INTEGER PRIMARY KEY AUTOINCREMENT, till INTEGER NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE cart_line (cart INTEGER, line INTEGER, product INTEGER NOT NULL, quantity INTEGER NOT NULL, price INTEGER NOT NULL, PRIMARY KEY (cart, line)) WITHOUT ROWID;
CREATE TABLE cart_payment (cart INTEGER, id INTEGER, method INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (cart, id)) WITHOUT ROWID;
-- once: entry
INSERT INTO entry (seq, hash, body) VALUES (?1, ?2, ?3);
-- once: request
INSERT INTO request (id, body, answer) VALUES (?1, ?2, ?3);
-- once: receipt
INSERT INTO receipt (id, number, till, shift, cashier, date, at, total) VALUES (?1, ?1, ?2, ?2, ?2, 20261121, ?3, ?4);
-- once: number
INSERT INTO number (series, serial) VALUES (1, 1) ON CONFLICT (series) DO UPDATE SET serial = serial + 1;
-- line: stock
INSERT INTO stock (product, quantity, value) VALUES (?1, -?2, -?3) ON CONFLICT (product) DO UPDATE SET quantity = quantity - ?2, value = value - ?3;
-- line: movement
INSERT INTO movement (product, seq, line, quantity, value) VALUES (?1, ?4, ?5, -?2, -?3);
-- line: product_day
INSERT INTO product_day (day, product, quantity, sum, cost) VALUES (20261121, ?1, ?2, ?3, ?3) ON CONFLICT (day, product) DO UPDATE SET quantity = quantity + ?2, sum = sum + ?3, cost = cost + ?3;
-- once: day
INSERT INTO day (day, count, sum) VALUES (20261121, 1, ?1) ON CONFLICT (day) DO UPDATE SET count = count + 1, sum = sum + ?1;
-- once: person
INSERT INTO person_day (day, person, count, sum) VALUES (20261121, ?1, 1, ?2) ON CONFLICT (day, person) DO UPDATE SET count = count + 1, sum = sum + ?2;
-- once: shift
INSERT INTO shift (id, count, sum) VALUES (?1, 1, ?2) ON CONFLICT (id) DO UPDATE SET count = count + 1, sum = sum + ?2;
-- three times: money
INSERT INTO money (account, place, amount) VALUES (?1, ?2, ?3) ON CONFLICT (account, place) DO UPDATE SET amount = amount + ?3;
-- The same sale in thirteen steps: before the rows above, those of its cart; with every step its request.
-- first step: cart
INSERT INTO cart (till, version, at) VALUES (?1, 1, ?2);
-- ten steps: cart_line
INSERT INTO cart_line (cart, line, product, quantity, price) VALUES (?1, ?2, ?3, 1000, 500);
-- ten steps and the payment: touch
UPDATE cart SET version = version + 1, at = ?2 WHERE id = ?1;
-- one step: cart_payment
INSERT INTO cart_payment (cart, id, method, amount) VALUES (?1, 1, 1, ?2);
-- last step: forget_lines
DELETE FROM cart_line WHERE cart = ?1;
-- last step: forget_payments
DELETE FROM cart_payment WHERE cart = ?1;
-- last step: forget_cart
DELETE FROM cart WHERE id = ?1;
