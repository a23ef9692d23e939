-- Shared by every twin script. Nothing here depends on the machine: draws come from md5, whole numbers only.

-- A whole number from 0 to sides - 1, the same for the same label and key on every machine.
create macro draw(label, key, sides) as
    cast(md5_number_lower(label || ':' || cast(key as varchar)) % sides as bigint);

-- A whole number from 0 to 3 * (sides - 1) that piles up in the middle: the sum of three draws.
create macro bell(label, key, sides) as
    draw(label || '/1', key, sides) + draw(label || '/2', key, sides) + draw(label || '/3', key, sides);
