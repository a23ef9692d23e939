-- Makes the four raw files, one table each, with the columns of the originals and `file_row` for
-- the order of the rows: from lines (03), products (05), products and quantities of lines (07, 08)
-- and people and cities (09).

create table raw_adventure_works__fact_internet_sales as
select
    line_products.product as "ProductKey",
    figure('first_customer_key') - 1 + lines.customer as "CustomerKey",
    'SO' || lines.order_number as "SalesOrderNumber",
    lines.line_number as "SalesOrderLineNumber",
    line_quantities.quantity as "OrderQuantity",
    printed(line_products.price) as "UnitPrice",
    printed(line_products.price) as "SalesAmount",
    strftime(lines.order_day, '%Y-%m-%d 00:00:00') as "OrderDate",
    lines.line as file_row
from lines
join line_products using (line)
join line_quantities using (line);

create table raw_adventure_works__dim_customer as
select
    figure('first_customer_key') - 1 + customers.customer as "CustomerKey",
    homes.geography as "GeographyKey",
    named_customers.first_name as "FirstName",
    named_customers.last_name as "LastName",
    named_customers.first_name || ' ' || named_customers.last_name as "Full Name",
    strftime(births.birth_date, '%Y-%m-%d 00:00:00') as "BirthDate",
    cells.gender as "Gender",
    case
        when cells.has_children
            then 1 + least(
                draw('children', customers.customer, 5),
                draw('children again', customers.customer, 5)
            )
        else 0
    end as "TotalChildren",
    customers.customer as file_row
from customers
join cells using (cell)
join homes using (customer)
join named_customers using (customer)
join births using (customer);

create table raw_adventure_works__dim_geography as
select
    geography as "GeographyKey",
    city as "City",
    country as "Country",
    geography as file_row
from cities;

-- A product costs 55 to 64 percent of its price.
create table raw_adventure_works__dim_product as
select
    product as "ProductKey",
    product_name as "Product Name",
    colour as "Color",
    printed(price) as "Price",
    printed(price * (5500 + draw('cost', product, 900)) // 10000) as "Cost",
    product as file_row
from products;
