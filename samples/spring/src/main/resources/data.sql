insert into product values
    ('ESP-100', 'Piccolo espresso machine', 329),
    ('ESP-200', 'Aurora espresso machine', 649),
    ('GRD-50', 'Burr grinder', 249);
insert into stock values
    ('berlin', 'ESP-100', 2), ('hamburg', 'ESP-100', 4),
    ('berlin', 'ESP-200', 1), ('hamburg', 'ESP-200', 5),
    ('berlin', 'GRD-50', 3), ('hamburg', 'GRD-50', 0);
insert into account values ('1042', 1500), ('1007', 400);
