"""The seed in which a business brings quotes of its own, as dbt and the gate must know it."""

from ruamel.yaml import YAML

YML = """seeds:
  - name: quoted_figures_{business}
    description: >
      One row per figure or checkable statement of {business} that its own reports print, with the
      interval it stands for, the figure it is bound to and the verdict a person expects.
    config:
      column_types:
        quoted: decimal(18, 6)
        step: decimal(18, 6)
        low: decimal(18, 6)
        high: decimal(18, 6)
    data_tests:
      - unique_grain:
          arguments:
            columns: [quote_id]
    columns:
      - name: quote_id
        description: "{{ doc('quote_id') }}"
      - name: dashboard
        description: "{{ doc('dashboard') }}"
      - name: business
        description: "{{ doc('business') }}"
        data_tests:
          - relationships:
              arguments: {to: ref('businesses'), field: business}
      - name: evidence
        description: "{{ doc('evidence') }}"
      - name: statement
        description: "{{ doc('statement') }}"
      - name: printed
        description: "{{ doc('printed') }}"
      - name: quoted
        description: "{{ doc('quoted') }}"
      - name: step
        description: "{{ doc('step') }}"
      - name: low
        description: "{{ doc('low') }}"
      - name: high
        description: "{{ doc('high') }}"
      - name: bounds
        description: "{{ doc('bounds') }}"
        data_tests:
          - accepted_values:
              arguments:
                values: ['[)', '[]', '(]', '()']
      - name: measure
        description: "{{ doc('measure') }}"
      - name: dimension
        description: "{{ doc('figure_dimension') }}"
      - name: member
        description: "{{ doc('figure_member') }}"
      - name: fault
        description: "{{ doc('fault') }}"
        data_tests:
          - relationships:
              arguments: {to: ref('faults'), field: fault}
      - name: expected_verdict
        description: "{{ doc('expected_verdict') }}"
        data_tests:
          - accepted_values:
              arguments:
                values: [confirmed, mislabelled, miscalculated, truncated, refuted]
      - name: explanation
        description: "{{ doc('explanation') }}"
"""
COLUMNS = [column["name"] for column in YAML(typ="safe").load(YML)["seeds"][0]["columns"]]


def quotes_yml(business: str) -> str:
    """The text of seeds/audit/quoted_figures_<business>.yml, which stands beside the quotes.

    ``business`` is its name in vars.businesses. The columns are those of quoted_figures.csv.
    """
    return YML.replace("{business}", business)
