"""How the console asks the services: budgets, bulkheads, and the shape of every answer checked at this edge."""
