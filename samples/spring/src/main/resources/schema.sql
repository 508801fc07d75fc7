create table product(sku varchar primary key, name varchar, price decimal(10, 2));
create table stock(warehouse varchar, sku varchar, pieces int, primary key (warehouse, sku));
create table account(account varchar primary key, balance decimal(10, 2));
